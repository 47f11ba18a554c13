import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { stationTabs } from '../../app/search';
import './tabLinks.css';

interface TabLinksProps {
  stationId: string;
  chosen: (typeof stationTabs)[number];
}

/** The parts of a station's page, each with an address of its own; on a narrow screen the row is moved sideways. */
export function TabLinks({ stationId, chosen }: TabLinksProps) {
  const { t } = useTranslation();
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    row.current?.querySelector(`[data-tab="${chosen}"]`)?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  }, [chosen]);
  return (
    <nav ref={row} className="bc-tabs" aria-label={t('station.station')}>
      {stationTabs.map((tab) => (
        <Link
          key={tab}
          to="/stations/$stationId"
          params={{ stationId }}
          search={tab === 'now' ? {} : { tab }}
          activeOptions={{ exact: tab === 'now', includeSearch: true }}
          className={tab === chosen ? 'bc-tab bc-tab-chosen' : 'bc-tab'}
          data-tab={tab}
          data-testid={`station-tab-${tab}`}
        >
          {t(`station.tab.${tab}`)}
        </Link>
      ))}
    </nav>
  );
}
