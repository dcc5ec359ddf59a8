"""x"""
def check_memory(events, **k): pass
