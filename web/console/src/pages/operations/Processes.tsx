import type { Schemas } from '@busbar/client';
import { Mark, type Shape, type Tone, useFormat, useNow } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../parts/Panel';

type Process = Schemas['ProcessState'];
type Condition = Schemas['Condition'];

const looks: Record<Condition, { tone: Tone; shape: Shape }> = {
  ok: { tone: 'good', shape: 'check' },
  impaired: { tone: 'warn', shape: 'triangle' },
  down: { tone: 'bad', shape: 'cross' },
};
/** Older words than this are no word of how a process is now. */
const SILENT_MILLIS = 20_000;

function Part({ part }: { part: Schemas['PartState'] }) {
  const { t } = useTranslation();
  return (
    <li data-condition={part.condition} data-testid={`part-${part.name}`}>
      <span className="bc-ops-part-name">{t(`operations.part.${part.name}`, { defaultValue: part.name })}</span>
      <Mark {...looks[part.condition]}>{t(`operations.condition.${part.condition}`)}</Mark>
      {part.text && <span className="bc-ops-part-text">{part.text}</span>}
    </li>
  );
}

/** Every process of the installation, and how each of its parts is. */
export function Processes({ processes }: { processes: Process[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return (
    <Panel title={t('operations.parts')} flush testId="operations-parts">
      {processes.map((process) => {
        const isSilent = now - new Date(process.taken_at).getTime() > SILENT_MILLIS;
        return (
          <div key={process.process_id} className="bc-ops-process">
            <header>
              <b>{t(`operations.role.${process.role}`, { defaultValue: process.role })}</b>
              <span className="bc-soft">
                {process.host} · {format.bytes(process.memory_bytes)}
                {isSilent && ` · ${t('operations.silent', { age: format.age(process.taken_at, now) })}`}
              </span>
            </header>
            <ul className="bc-ops-parts">
              {process.parts.map((part) => (
                <Part key={part.name} part={part} />
              ))}
            </ul>
          </div>
        );
      })}
    </Panel>
  );
}
