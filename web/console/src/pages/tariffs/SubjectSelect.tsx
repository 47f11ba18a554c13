import type { Schemas } from '@busbar/client';
import { Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDriverOptions, useGroupOptions } from '../../queries/access';
import { useCompanyOptions } from '../../queries/companies';
import { usePlanOptions } from '../../queries/offers';
import { usePartnerOptions } from '../../queries/roaming';
import { useSiteOptions } from '../../queries/sites';
import { useStation, useStationOptions } from '../../queries/stations';

type Scope = Schemas['Scope'];
interface SubjectProps {
  value: string;
  onChange: (subject: string) => void;
}

interface ChoiceProps extends SubjectProps {
  scope: Scope;
  options: { value: string; label: string }[];
  /** Asks the server for what is typed; left out: all are listed. */
  onSearch?: (typed: string) => void;
}

function Choice({ scope, value, onChange, options, onSearch }: ChoiceProps) {
  const { t } = useTranslation();
  return (
    <Select
      showSearch={onSearch ? { onSearch, filterOption: false } : { optionFilterProp: 'label' }}
      value={value || null}
      onChange={onChange}
      options={options}
      placeholder={t(`tariff.subject.${scope}`)}
      aria-label={t(`tariff.subject.${scope}`)}
      data-testid={`assign-${scope}`}
    />
  );
}

function SiteSubject(props: SubjectProps) {
  return <Choice scope="site" options={useSiteOptions()} {...props} />;
}

function GroupSubject(props: SubjectProps) {
  return <Choice scope="group" options={useGroupOptions()} {...props} />;
}

function PlanSubject(props: SubjectProps) {
  return <Choice scope="plan" options={usePlanOptions()} {...props} />;
}

function CompanySubject(props: SubjectProps) {
  return <Choice scope="company" options={useCompanyOptions(true)} {...props} />;
}

function DriverSubject(props: SubjectProps) {
  const [typed, setTyped] = useState('');
  return <Choice scope="driver" options={useDriverOptions(typed)} onSearch={setTyped} {...props} />;
}

function StationSubject(props: SubjectProps) {
  const [typed, setTyped] = useState('');
  return <Choice scope="station" options={useStationOptions(typed)} onSearch={setTyped} {...props} />;
}

function PlaceSelect({ stationId, value, onChange }: SubjectProps & { stationId: string }) {
  const { t } = useTranslation();
  const { data: station } = useStation(stationId);
  return (
    <Select
      value={value || null}
      onChange={onChange}
      loading={!station}
      placeholder={t('tariff.subject.place')}
      aria-label={t('tariff.subject.place')}
      data-testid="assign-place"
      options={(station?.evses ?? []).flatMap(({ evse_id: evseId, connectors }) =>
        connectors.map(({ connector_id: connectorId }) => {
          const place = connectors.length === 1 ? `${evseId}` : `${evseId}/${connectorId}`;
          return { value: `${stationId}/${place}`, label: place };
        }),
      )}
    />
  );
}

/** First the station, then one of its places. */
function ConnectorSubject({ value, onChange }: SubjectProps) {
  const [typed, setTyped] = useState('');
  const [stationId, setStationId] = useState('');
  const options = useStationOptions(typed);
  return (
    <>
      <Choice
        scope="station"
        value={stationId}
        options={options}
        onSearch={setTyped}
        onChange={(chosen) => {
          setStationId(chosen);
          onChange('');
        }}
      />
      {stationId && <PlaceSelect key={stationId} stationId={stationId} value={value} onChange={onChange} />}
    </>
  );
}

function PartnerSubject(props: SubjectProps) {
  return <Choice scope="partner" options={usePartnerOptions()} {...props} />;
}

const subjects: Record<Exclude<Scope, 'operator'>, (props: SubjectProps) => ReactNode> = {
  site: SiteSubject,
  station: StationSubject,
  connector: ConnectorSubject,
  group: GroupSubject,
  company: CompanySubject,
  driver: DriverSubject,
  plan: PlanSubject,
  partner: PartnerSubject,
};

/** Whom or what a tariff is for: found by name, never typed as an id. */
export function SubjectSelect({ scope, ...props }: SubjectProps & { scope: Exclude<Scope, 'operator'> }) {
  const Subject = subjects[scope];
  return <Subject {...props} />;
}
