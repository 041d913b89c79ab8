export const handler = async (event, context) => {
  console.log("greeting", event.name ?? "nobody");
  return {
    message: `${process.env.GREETING}, ${event.name ?? "World"}!`,
    function: context.functionName,
    remaining: context.getRemainingTimeInMillis() > 0,
  };
};
