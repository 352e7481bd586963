import { dismiss, notices } from '../state/notices.ts';
import { text } from '../strings.ts';

export function Notices() {
  return (
    <ul id="messages" class="messages" aria-live="polite">
      {notices.value.map((notice) => (
        <li key={`${notice.file} ${notice.message}`} data-kind={notice.kind}>
          <span>
            {notice.file && <strong>{notice.file}: </strong>}
            {notice.message}
          </span>
          <button type="button" class="quiet" aria-label={text.dismiss} onClick={() => dismiss(notice)}>
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}
