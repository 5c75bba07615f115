/** The form of the policies that the shop's schema has; the others are copies that are rewritten to compare. */
export const policyInForce = 'wrapped';

/** What each form of a policy's condition is. */
export const policyForms: Readonly<Record<string, string>> = {
  wrapped: 'the function in a subquery, (SELECT f()): asked once a statement',
  bare: 'the function by itself, f(): asked for each row, unless the planner takes it for an index condition',
  setting: 'current_setting() without a function that verifies it: the cheapest, and it believes the session',
};
