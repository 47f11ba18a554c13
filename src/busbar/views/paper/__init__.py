"""Documents on paper and for other programs: PDF, EN 16931 (UBL and CII), FatturaPA, sheets for tax software."""
