// Prints the score that the HTTP Observatory of MDN gives: node observatory.mjs PACKAGE HTTPS_PORT HTTP_PORT
const [folder, httpsPort, httpPort] = process.argv.slice(2);
const load = (file) => import(`${folder}/src/${file}`);
const { retrieve } = await load("retriever/retriever.js");
const { ALL_TESTS } = await load("constants.js");
const { getScoreModifier } = await load("grader/grader.js");

// its own scan() knows only the ports 443 and 80
const site = await retrieve("localhost", { httpsPort, httpPort });
const results = ALL_TESTS.map((test) => test(site)).filter(({ result }) => result);
const points = Object.fromEntries(
  results.map((each) => [each.constructor.name, [each.result, getScoreModifier(each.result)]]),
);
const score = 100 + results.reduce((sum, { result }) => sum + getScoreModifier(result), 0);
console.log(JSON.stringify({ score, points }));
process.exit();
