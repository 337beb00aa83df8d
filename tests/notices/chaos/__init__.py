"""A whole portal in processes of its own, to be killed: used by test_chaos.py and by benchmarks/notices.py."""
