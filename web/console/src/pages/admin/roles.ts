/** Roles from the least to the most rights. */
export const roles = ['viewer', 'support', 'manager', 'admin'] as const;
