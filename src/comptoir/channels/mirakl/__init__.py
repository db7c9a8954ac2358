"""Mirakl's seller API, which any operator runs under its own address: Conforama, Darty, Boulanger …"""
