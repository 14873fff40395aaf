"""Every change to hubs: one function, one verb, in the transaction its caller opened. Facts from elsewhere are arguments."""
