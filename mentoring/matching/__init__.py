"""Who could be whose mentor: hard rules, points with reasons, and rounds over everybody who waits.

Nothing here reads the database. Whoever calls turns rows into the people of `people`; every word in them (a language,
a hurdle, a region) is the word that readers see, because the sentences are made of it.
"""
