export { type Rows, rowsOf } from './rows';
export {
  type ChartBand,
  type ChartEvent,
  type Panel,
  type Point,
  type Series,
  TimeChart,
  TimeChart as default,
} from './TimeChart';
