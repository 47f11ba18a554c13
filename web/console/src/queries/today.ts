import { dayIn } from '@busbar/kit';
import dayjs, { type Dayjs } from 'dayjs';
import { useOperator } from './factors';
import { useMe } from './me';

/** The day that it is by the clocks of the operator: its days and months are closed and settled by them. */
export function useToday(): Dayjs {
  const { data: me } = useMe();
  const { data: operator } = useOperator(me?.operator_id);
  return operator ? dayjs(dayIn(Date.now(), operator.time_zone)) : dayjs();
}
