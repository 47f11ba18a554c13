export { findTextProblems } from './texts';
