import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

const token = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Colours for the parts of JSON text, piece by piece: text in between stays as it is. */
function paint(text: string) {
  const pieces: React.ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(token)) {
    if (match.index > end) pieces.push(text.slice(end, match.index));
    const kind = match[2] ? 'key' : match[1] ? 'text' : match[3] ? 'word' : 'number';
    pieces.push(
      <span key={match.index} className={`bc-json-${kind}`}>
        {match[1] ?? match[0]}
      </span>,
    );
    if (match[2]) pieces.push(match[2]);
    end = match.index + match[0].length;
  }
  pieces.push(text.slice(end));
  return pieces;
}

/** A button that copies a text. */
export function CopyButton({ text, size = 'small' }: { text: string; size?: 'small' | 'middle' }) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <Button
      size={size}
      type="text"
      icon={isCopied ? <CheckOutlined /> : <CopyOutlined />}
      aria-label={isCopied ? t('action.copied') : t('action.copy')}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    />
  );
}

/** A value as JSON, indented and coloured. */
export function Json({ value, maxHeightPx = 420 }: { value: unknown; maxHeightPx?: number }) {
  const text = JSON.stringify(value, null, 2) ?? '';
  return (
    <div className="bc-json">
      <CopyButton text={text} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre style={{ maxHeight: maxHeightPx }} tabIndex={0}>
        {paint(text)}
      </pre>
    </div>
  );
}
