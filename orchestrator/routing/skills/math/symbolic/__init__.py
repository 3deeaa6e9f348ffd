"""What only a worker process computes: everything that imports sympy or pint. Nothing else may import this package."""
