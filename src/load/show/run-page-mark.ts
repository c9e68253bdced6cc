/** In the head of every run's page: a later report knows by it that it may put its own page there. */
export const runPageMark = '<meta name="generator" content="orders report">';
