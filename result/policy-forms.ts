/** The form of the policies that the shop's schema has; the others are copies that are rewritten to compare. */
export const policyInForce = 'wrapped';

/** The policies of a database that is measured as it is. */
export const policyOfProject = 'in force';

export const isInForce = (variant: string): boolean =>
  variant === policyInForce || variant === policyOfProject;

/** What each form of a policy's condition is. */
export const policyForms: Readonly<Record<string, string>> = {
  wrapped: 'the function in a subquery, (SELECT f()): asked once a statement',
  bare: 'the function by itself, f(): asked for each row, unless the planner takes it for an index condition',
  [policyOfProject]:
    'the database’s own policies, against a login that they do not bind, with the same statement',
  setting: 'current_setting() without a function that verifies it: the cheapest, and it believes the session',
};
