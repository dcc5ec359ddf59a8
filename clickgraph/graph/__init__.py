"""Who met whom: the bipartite graph, the ties between accounts, and their communities."""
