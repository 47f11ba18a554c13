import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { shrinkPhoto } from '../../app/shrink';
import { Icon } from '../../parts/Icon';
import { tellNotice } from '../../parts/notices';
import './reports.css';

/** So many has a report at most. */
export const PHOTOS_MAX = 4;

interface PhotosProps {
  photos: readonly Blob[];
  most: number;
  /** They are on their way. */
  isFixed: boolean;
  onChange: (photos: Blob[]) => void;
}

/** The chosen photos, each with a way to take it back. */
export function Photos({ photos, most, isFixed, onChange }: PhotosProps) {
  const { t } = useTranslation();
  const picker = useRef<HTMLInputElement>(null);
  const addresses = useMemo(() => photos.map((photo) => URL.createObjectURL(photo)), [photos]);
  useEffect(
    () => () => {
      for (const address of addresses) URL.revokeObjectURL(address);
    },
    [addresses],
  );

  async function take(files: FileList | null) {
    const taken: Blob[] = [];
    for (const file of [...(files ?? [])].slice(0, most - photos.length)) {
      try {
        taken.push(await shrinkPhoto(file));
      } catch {
        tellNotice(t('report.notAPhoto'));
      }
    }
    if (taken.length) onChange([...photos, ...taken]);
  }

  return (
    <div className="bd-photos">
      {addresses.map((address, index) => (
        <button
          key={address}
          type="button"
          className="bd-photo"
          disabled={isFixed}
          aria-label={t('report.photoRemove', { number: index + 1 })}
          onClick={() => onChange(photos.filter((_, other) => other !== index))}
        >
          <img src={address} alt="" />
          <Icon name="close" size={20} />
        </button>
      ))}
      {photos.length < most && (
        <button
          type="button"
          className="bd-photo bd-photo-add"
          disabled={isFixed}
          data-testid="photo-add"
          onClick={() => picker.current?.click()}
        >
          <Icon name="camera" />
          <small>{t('report.photoAdd')}</small>
        </button>
      )}
      <input
        ref={picker}
        hidden
        type="file"
        accept="image/*"
        multiple
        data-testid="photo-file"
        onChange={({ target }) => {
          void take(target.files).finally(() => {
            target.value = '';
          });
        }}
      />
    </div>
  );
}
