"""Every change to the register: one function, one verb, inside the transaction its caller opened."""
