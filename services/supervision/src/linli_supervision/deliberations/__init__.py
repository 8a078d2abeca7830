"""How a village decides: deliberations under the place's procedures, their steps in order, rolls, meetings and votes.

The procedure is fixed when a deliberation is opened; a step is taken after the one before it or not at all.
"""
