/** Whether panes lie over the editors, for want of room beside them: as in style/graphiql.css. */
export const isNarrow = () => matchMedia('(max-width: 800px)').matches;
