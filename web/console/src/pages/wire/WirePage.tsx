import { Empty } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useStationOptions } from '../../queries/stations';
import { WireLog } from './WireLog';

const route = getRouteApi('/shell/wire');

/** What went over the wire, of the station that is chosen. */
export function WirePage() {
  const { t } = useTranslation();
  const { station, ...filter } = route.useSearch();
  const navigate = useNavigate({ from: '/wire' });
  const [typed, setTyped] = useState('');
  const stations = useStationOptions(typed);
  return (
    <>
      <PageHead
        page="wire"
        title={t('nav.wire')}
        actions={
          <>
            {station && (
              <Link to="/stations/$stationId" params={{ stationId: station }} className="bc-head-beside">
                {t('wire.toStation')}
              </Link>
            )}
            <Select
              showSearch={{ onSearch: setTyped, filterOption: false }}
              value={station}
              placeholder={t('wire.choose')}
              aria-label={t('wire.choose')}
              data-testid="wire-station"
              style={{ width: 300 }}
              options={stations}
              onChange={(value: string) => void navigate({ search: { station: value } })}
            />
          </>
        }
      >
        {t('wire.text')}
      </PageHead>
      {station ? (
        <WireLog
          key={station}
          stationId={station}
          filter={filter}
          onFilter={(changed) => void navigate({ search: keepGiven({ station, ...changed }) })}
        />
      ) : (
        <Panel>
          <Empty title={t('wire.choose')}>{t('wire.chooseText')}</Empty>
        </Panel>
      )}
    </>
  );
}
