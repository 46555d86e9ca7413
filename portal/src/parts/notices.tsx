// Words in a corner about what was done. Nothing has been done before the page is there.

export { Notifications } from '@mantine/notifications';
