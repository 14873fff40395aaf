"""The educators service: who may teach, supervise and assess students, and on what evidence.

It owns practice educators, the evidence of their work and learning, their currency, eligibility decisions and the seats
held with them. It does not own placements or organisations: it learns of the former over their feed, and asks for the
latter.
"""
