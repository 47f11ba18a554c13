import type { Schemas } from '@busbar/client';
import { formatInstant, useFormat } from '@busbar/kit';
import { memo, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeFrame, describeNote } from '../../frames/describe';
import { useSpeech } from '../../frames/useSpeech';
import type { Speech } from '../../frames/values';
import { CopyButton, Json } from '../../parts/Json';
import type { LogLine } from './frames';
import './wire.css';

type Entry = Schemas['Frame'];

interface LineProps {
  line: LogLine<Entry>;
  isOpen: boolean;
  onToggle: (key: string) => void;
  locale: string;
  speech: Speech | null;
}

const keyOf = ({ entry }: LogLine<Entry>) => `${entry.at}.${entry.entry_id}`;

/** One frame on one line: in words; opened, its payload as it stands and as text. */
const Line = memo(function Line({ line, isOpen, onToggle, locale, speech }: LineProps) {
  const { t } = useTranslation();
  const { entry, frame, action } = line;
  const { direction } = entry;
  if (direction === 'note')
    return (
      <li className="bc-frame-note">
        <time>{formatInstant(locale, entry.at, 'timeMillis')}</time>
        <span title={entry.text}>{speech && describeNote(speech, entry.text)}</span>
      </li>
    );
  const words = speech && describeFrame(speech, { frame, action, direction });
  return (
    <li className="bc-frame" data-direction={direction} data-kind={frame.kind}>
      <button type="button" aria-expanded={isOpen} onClick={() => onToggle(keyOf(line))}>
        <time>{formatInstant(locale, entry.at, 'timeMillis')}</time>
        <span className="bc-frame-way" title={t(`wire.direction.${direction}`)}>
          <span aria-hidden="true">{direction === 'in' ? '→' : '←'}</span>
          <span className="bb-visually-hidden">{t(`wire.direction.${direction}`)}</span>
        </span>
        <span className="bc-frame-action">{action ?? t(`wire.kind.${frame.kind}`)}</span>
        <span className="bc-frame-kind">{t(`wire.kind.${frame.kind}`)}</span>
        <span className="bc-frame-words">{words}</span>
      </button>
      {isOpen && (
        <div className="bc-frame-open">
          <p className="bc-frame-said">{words}</p>
          {frame.kind === 'unreadable' ? null : <Json value={frame.payload} />}
          <div className="bc-frame-raw">
            <p>{t('wire.raw')}</p>
            <code>{entry.text}</code>
            <CopyButton text={entry.text} />
          </div>
        </div>
      )}
    </li>
  );
});

/** Frames under each other, each in a sentence; who opens one reads it as it went over the wire. */
export function FrameLines({ lines, testId }: { lines: readonly LogLine<Entry>[]; testId: string }) {
  const { locale } = useFormat();
  const speech = useSpeech();
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback(
    (key: string) =>
      setOpened((before) => {
        const after = new Set(before);
        if (!after.delete(key)) after.add(key);
        return after;
      }),
    [],
  );
  return (
    <ol className="bc-frames" data-testid={testId}>
      {lines.map((line) => (
        <Line
          key={keyOf(line)}
          line={line}
          isOpen={opened.has(keyOf(line))}
          onToggle={toggle}
          locale={locale}
          speech={speech}
        />
      ))}
    </ol>
  );
}
