import { currentLanguage, Loading, languageNames, languages } from '@busbar/kit';
import { Alert, InputNumber, Segmented } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../parts/Panel';
import { useProblemText } from '../../parts/useProblemText';
import { usePreview } from '../../queries/tariffs';
import { PriceLines } from './PriceLines';
import type { Terms } from './terms';
import { WeekPicture } from './WeekPicture';

const WATTS = 1_000;
const SECONDS = 60;

/** The charge of the example. */
export interface Example {
  energyKwh: number;
  minutes: number;
}

/** What terms would say and cost, and what is wrong with them; asked again as they are written. */
export function useTermsPreview(terms: Terms, { energyKwh, minutes }: Example) {
  return usePreview(useDeferredValue({ terms, energy_wh: energyKwh * WATTS, duration_s: minutes * SECONDS }));
}

interface PreviewProps {
  preview: ReturnType<typeof useTermsPreview>;
  example: Example;
  onExample: (example: Example) => void;
}

/** The tariff as drivers will see it, while it is being written: by the function that will price their sessions. */
export function Preview({ preview: { data, error }, example, onExample }: PreviewProps) {
  const { t, i18n } = useTranslation();
  const problemText = useProblemText();
  const [language, setLanguage] = useState(currentLanguage());
  const { energyKwh, minutes } = example;
  return (
    <div className="bc-stack">
      {error && <Alert type="warning" showIcon title={problemText(error)} data-testid="tariff-problem" />}
      {!data && !error && <Loading rows={6} />}
      {data && (
        <>
          <Panel
            title={t('tariff.inWords')}
            testId="tariff-words"
            extra={
              <Segmented
                size="small"
                value={language}
                onChange={setLanguage}
                options={languages.map((value) => ({ value, label: languageNames[value] }))}
                aria-label={t('tariff.textLanguage')}
              />
            }
          >
            <ul className="bc-sentences" lang={language}>
              {data.sentences[language].map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
            {data.remarks.length > 0 && (
              <div className="bc-stack" style={{ marginTop: 12 }}>
                {data.remarks.map((remark) => (
                  <Alert
                    key={`${remark.code}-${remark.path}-${remark.other}`}
                    type="info"
                    showIcon
                    title={
                      (i18n.exists(`tariff.remark.${remark.code}`) ? t(`tariff.remark.${remark.code}`) : remark.code) +
                      (remark.path === 'elements' ? '' : ` (${remark.path})`)
                    }
                  />
                ))}
              </div>
            )}
          </Panel>
          <Panel title={t('tariff.week')}>
            <WeekPicture days={data.week} currency={data.currency} />
          </Panel>
          <Panel
            title={t('tariff.example')}
            extra={
              <span className="bc-example-inputs">
                <InputNumber<number>
                  size="small"
                  min={1}
                  max={1_000}
                  value={energyKwh}
                  onChange={(given) => onExample({ ...example, energyKwh: given ?? 1 })}
                  suffix="kWh"
                  aria-label={t('session.energy')}
                />
                <InputNumber<number>
                  size="small"
                  min={1}
                  max={2_880}
                  value={minutes}
                  onChange={(given) => onExample({ ...example, minutes: given ?? 1 })}
                  suffix="min"
                  aria-label={t('session.duration')}
                />
              </span>
            }
          >
            <PriceLines {...data.example} testId="tariff-example" />
          </Panel>
        </>
      )}
    </div>
  );
}
