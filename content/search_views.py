from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import search as searching

RESULTS_ON_A_PAGE = 20


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    query, error = searching.checked(request.GET.get("q", ""))
    found = searching.Found() if error else searching.find(query)
    page_obj = Paginator(found.ids, RESULTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"query": query, "error": error, "results": searching.results(page_obj, found), "total": found.total}
    context |= {"corrected": found.corrected, "page_obj": page_obj}
    response = render(request, "content/search.html", context, status=400 if error else 200)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-cache"
    return response
