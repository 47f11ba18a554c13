export { Busbar, type BusbarConnector, type BusbarFeeder, type BusbarProps, type BusbarSum } from './Busbar';
export { BusbarStrip } from './BusbarStrip';
export { sumUp } from './drawing';
