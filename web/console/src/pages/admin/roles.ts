/** Roles from the least to the most rights. */
export const roles = ['display', 'viewer', 'support', 'manager', 'admin'] as const;
