import { Empty, Loading } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../parts/Panel';
import { SiteDrawing } from '../../parts/SiteDrawing';
import { useBusbars } from '../../queries/busbars';
import { useSiteLayout } from '../../queries/layouts';
import { usePermits } from '../../queries/me';

const LayoutEditor = lazy(() => import('./LayoutEditor'));

interface SiteLayoutPanelProps {
  siteId: string;
  name: string;
  isEditing: boolean;
  onEdit: (isEditing: boolean) => void;
}

/** The site as it lies there, live; who may, draws it. */
export function SiteLayoutPanel({ siteId, name, isEditing, onEdit }: SiteLayoutPanelProps) {
  const { t } = useTranslation();
  const permits = usePermits();
  const { data: layout } = useSiteLayout(siteId);
  const { data: busbars } = useBusbars([siteId]);
  const busbar = busbars?.find((one) => one.site_id === siteId);
  const mayDraw = permits('manage_network');
  if (!layout || (!layout.pieces.length && !mayDraw)) return null;
  const button = mayDraw && !isEditing && (
    <Button size="small" data-testid="layout-edit" onClick={() => onEdit(true)}>
      {layout.pieces.length ? t('action.edit') : t('layout.draw')}
    </Button>
  );
  return (
    <Panel title={t('layout.title')} testId="site-layout" extra={layout.pieces.length > 0 && button}>
      {isEditing && mayDraw ? (
        <Suspense fallback={<Loading rows={6} />}>
          {busbar && (
            <LayoutEditor siteId={siteId} layout={layout} feeders={busbar.feeders} onClose={() => onEdit(false)} />
          )}
        </Suspense>
      ) : layout.pieces.length ? (
        <SiteDrawing
          layout={layout}
          busbar={busbar}
          label={t('layout.labelOf', { site: name })}
          linkOf={(stationId, children, words) => (
            <Link to="/stations/$stationId" params={{ stationId }} aria-label={words}>
              {children}
            </Link>
          )}
        />
      ) : (
        <Empty title={t('layout.none')} action={button}>
          {t('layout.noneText')}
        </Empty>
      )}
    </Panel>
  );
}
