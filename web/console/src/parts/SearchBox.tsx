import { SearchOutlined } from '@ant-design/icons';
import { useRouter } from '@tanstack/react-router';
import { Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { areKeysOn, isCovered, isTyping } from '../palette/shortcuts';

interface SearchBoxProps {
  value: string | undefined;
  onSearch: (value: string | undefined) => void;
  label: string;
  testId: string;
  width?: number;
}

/** How long the reader may pause while typing before we look. */
const PAUSE_MILLIS = 300;

/** A search box that looks by itself when the typing pauses; `/` puts the cursor into it. */
export function SearchBox({ value, onSearch, label, testId, width = 260 }: SearchBoxProps) {
  const [typed, setTyped] = useState(value ?? '');
  const latest = useRef(onSearch);
  const known = useRef(value ?? '');
  const box = useRef<React.ComponentRef<typeof Input>>(null);
  const { history } = useRouter();

  useEffect(() => {
    latest.current = onSearch;
  });
  useEffect(() => {
    if ((value ?? '') === known.current) return;
    known.current = value ?? ''; // changed by the address, not by us
    setTyped(value ?? '');
  }, [value]);
  useEffect(() => {
    if (typed.trim() === known.current) return;
    const { pathname } = history.location;
    const timer = setTimeout(() => {
      // Who has pressed a link meanwhile waits for another page: searching would lead back to this one.
      if (history.location.pathname !== pathname) return;
      known.current = typed.trim();
      latest.current(typed.trim() || undefined);
    }, PAUSE_MILLIS);
    return () => clearTimeout(timer);
  }, [typed, history]);
  useEffect(() => {
    const jump = (event: KeyboardEvent) => {
      if (event.key !== '/' || !areKeysOn() || isTyping(event.target)) return;
      if (event.ctrlKey || event.metaKey || event.altKey || isCovered()) return;
      event.preventDefault();
      box.current?.focus();
    };
    window.addEventListener('keydown', jump);
    return () => window.removeEventListener('keydown', jump);
  }, []);

  return (
    <Input
      ref={box}
      allowClear
      prefix={<SearchOutlined />}
      value={typed}
      placeholder={label}
      aria-label={label}
      data-testid={testId}
      style={{ width, maxWidth: '100%' }}
      onChange={({ target }) => setTyped(target.value)}
    />
  );
}
