import { beforeEach, expect, it } from 'vitest';
import { keepView, readViews, removeView } from './savedViews';

beforeEach(() => localStorage.clear());

it('keeps views by name, each person for themselves', () => {
  keepView('ada', { name: 'Faulty', href: '/stations?state=faulted' });
  keepView('ada', { name: 'Milan', href: '/stations?site=1' });
  keepView('ada', { name: 'Faulty', href: '/stations?state=faulted&hide=make' });
  expect(readViews('ada')).toEqual([
    { name: 'Milan', href: '/stations?site=1' },
    { name: 'Faulty', href: '/stations?state=faulted&hide=make' },
  ]);
  expect(readViews('bob')).toEqual([]);
  expect(removeView('ada', 'Milan')).toHaveLength(1);
});

it('takes nothing that leads out of the console, and nothing unreadable', () => {
  localStorage.setItem('busbar.console.views.ada', JSON.stringify([{ name: 'x', href: '//evil.example' }, 7, null]));
  expect(readViews('ada')).toEqual([]);
  localStorage.setItem('busbar.console.views.ada', '{broken');
  expect(readViews('ada')).toEqual([]);
});
