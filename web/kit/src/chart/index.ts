export { type ChartEvent, type Panel, type Point, type Series, TimeChart, TimeChart as default } from './TimeChart';
