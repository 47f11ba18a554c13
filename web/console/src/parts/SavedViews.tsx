import { StarOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { Button, Checkbox, Input, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePermits } from '../queries/me';
import { type ListName, useKeepView, useRemoveView, useSavedViews } from '../queries/views';
import './savedViews.css';
import { useAsk } from './useAsk';
import { useTell } from './useTell';

type View = Schemas['SavedView'];

const NAME_MOST = 60;

/** What of an address is worth keeping: not the page one is at, nor a form that is open. */
export function queryToKeep(search: string): string {
  const kept = new URLSearchParams(search);
  for (const name of ['after', 'page', 'edit']) kept.delete(name);
  return kept.toString();
}

/** Views of a list under a name, one's own and shared ones: filters, order and columns. */
export function SavedViews({ list }: { list: ListName }) {
  const { t } = useTranslation();
  const tell = useTell();
  const ask = useAsk();
  const permits = usePermits();
  const navigate = useNavigate();
  const { pathname, search } = useLocation({
    select: ({ pathname, searchStr }) => ({ pathname, search: searchStr }),
    structuralSharing: true,
  });
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [isShared, setShared] = useState(false);
  const { data: views } = useSavedViews(list);
  const keep = useKeepView(list);
  const removal = useRemoveView(list);
  const now = queryToKeep(search);
  const add = () => {
    if (!name.trim()) return;
    keep.mutate(
      { name: name.trim(), query: now, is_shared: isShared },
      { onSuccess: () => setName(''), onError: tell.problem },
    );
  };
  const remove = (view: View) => {
    const { name: before, query, is_shared: wasShared } = view;
    if (view.is_own) {
      const back = () => keep.mutateAsync({ name: before, query, is_shared: wasShared });
      const told = () => tell.undoable(t('list.viewRemoved', { name: before }), back);
      void removal.mutateAsync(view.view_id).then(told, tell.problem);
      return;
    }
    ask({
      title: t('list.removeViewAsk', { name: before }),
      text: t('list.removeViewText'),
      yes: t('action.delete'),
      deed: () => removal.mutateAsync(view.view_id),
      done: t('list.viewRemoved', { name: before }),
    });
  };
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={isOpen}
      onOpenChange={setOpen}
      content={
        <div className="bc-views" data-testid="views">
          <ul>
            {(views ?? []).map((view) => (
              <li key={view.view_id}>
                <Button
                  type="link"
                  size="small"
                  aria-current={view.query === now}
                  onClick={() => {
                    setOpen(false);
                    void navigate({ href: view.query ? `${pathname}?${view.query}` : pathname });
                  }}
                >
                  {view.name}
                </Button>
                {view.is_shared && <small>{view.is_own ? t('list.sharedByYou') : t('list.shared')}</small>}
                {(view.is_own || permits('manage_network')) && (
                  <Button
                    type="text"
                    size="small"
                    aria-label={t('list.removeView', { name: view.name })}
                    onClick={() => remove(view)}
                  >
                    ×
                  </Button>
                )}
              </li>
            ))}
          </ul>
          {views?.length === 0 && <p className="bc-soft">{t('list.noViews')}</p>}
          <Input.Search
            value={name}
            maxLength={NAME_MOST}
            placeholder={t('list.viewName')}
            aria-label={t('list.viewName')}
            enterButton={t('list.keepView')}
            loading={keep.isPending}
            onChange={({ target }) => setName(target.value)}
            onSearch={add}
          />
          <Checkbox checked={isShared} onChange={({ target }) => setShared(target.checked)}>
            {t('list.share')}
          </Checkbox>
        </div>
      }
    >
      <Button icon={<StarOutlined />} aria-label={t('list.views')} title={t('list.views')} data-testid="views-open" />
    </Popover>
  );
}
