import type { Schemas } from '@busbar/client';

type Setting = Schemas['VariableValueBody'];
type Named = Pick<
  Schemas['SettingDifference'],
  'component' | 'component_instance' | 'evse_id' | 'connector_id' | 'variable' | 'variable_instance'
>;

/** A setting's name on one line: `Key`, or `Component[instance]#evse.connector Variable[instance]`. */
export function nameLine({
  component,
  component_instance: part,
  evse_id: evse,
  connector_id: connector,
  variable,
  variable_instance: instance,
}: Named): string {
  const place = [component, part && `[${part}]`, evse && `#${evse}`, connector && `.${connector}`]
    .filter(Boolean)
    .join('');
  return [place, variable + (instance ? `[${instance}]` : '')].filter(Boolean).join(' ');
}

/** Settings as people write them: one on a line, `name = value`. */
export function writeLines(settings: readonly (Named & { value: string })[]): string {
  return settings.map((setting) => `${nameLine(setting)} = ${setting.value}`).join('\n');
}

const KEY = /^([^\s[\]#]{1,50})$/;
const VARIABLE =
  /^([^\s[\]#]{1,50})(?:\[([^\]]{1,50})\])?(?:#(\d{1,4})(?:\.(\d{1,3}))?)?\s+([^\s[\]]{1,50})(?:\[([^\]]{1,50})\])?$/;

/** Read settings, one on a line; returns the number of the first line that is none. */
export function readLines(text: string, dialect: Schemas['Dialect']): Setting[] | number {
  const settings: Setting[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const at = line.indexOf('=');
    if (at < 0) return index + 1;
    const [name, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    const found = (dialect === '1.6' ? KEY : VARIABLE).exec(name);
    if (!found) return index + 1;
    const [, first = '', part, evse, connector, variable = '', instance] = found;
    settings.push({
      attribute: 'Actual',
      value,
      ...(dialect === '1.6'
        ? { variable: first }
        : {
            component: first,
            variable,
            ...(part && { component_instance: part }),
            ...(evse && { evse_id: Number(evse) }),
            ...(connector && { connector_id: Number(connector) }),
            ...(instance && { variable_instance: instance }),
          }),
    });
  }
  return settings;
}
