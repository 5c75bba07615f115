/** The id of a plan in the report: plan/orders/recent/whale; as another role than the application, the role follows. */
export const planAnchor = ({ statement, tenantClass, variant }: PlanKey): string =>
  ['plan', statement, tenantClass, ...(variant === 'app' ? [] : [variant])].join('/').replace(/\s+/g, '-');

interface PlanKey {
  readonly statement: string;
  readonly tenantClass: string;
  readonly variant: string;
}
