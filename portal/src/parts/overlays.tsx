// What lies over a page. Loaded once the page is there: nothing lies over it before somebody has done something.

export { Drawer, Modal } from '@mantine/core';
