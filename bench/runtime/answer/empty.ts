/** The floor: what loading and invoking any function costs. */
export const handler = async () => ({
  statusCode: 200,
  headers: { "content-type": "application/json" },
  body: '{"actions":[]}',
});
