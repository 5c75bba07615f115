/** Whether the server refused for want of a right: SQLSTATE 42501, insufficient_privilege. */
export const isDenied = (error: unknown): boolean => (error as { code?: string }).code === '42501';
