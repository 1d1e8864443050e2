// Writes a workbook in another format by SheetJS, the one well-known program beside Excel that writes xlsb:
//   npm install xlsx@0.18.5, then  node sheetjs.js xlsb < source.xlsx > target.xlsb   (also xls, ods, xlsx)
const XLSX = require("xlsx");
const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk));
process.stdin.on("end", () => {
  const options = { cellStyles: true, cellNF: true, sheetStubs: true };
  const book = XLSX.read(Buffer.concat(chunks), options);
  process.stdout.write(XLSX.write(book, { type: "buffer", bookType: process.argv[2], bookSST: process.argv[3] === "shared" }));
});
