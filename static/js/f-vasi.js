// F-VASI while it is filled in: hand units x depigmentation of each region, and their sum.
// The server calculates again; what is shown here is only shown.
const form = document.querySelector("[data-f-vasi]");
const DIGITS = 4;

// In ten-thousandths, as whole numbers: 0.1 + 0.2 must read 0.3.
function partOf(line) {
  const units = Math.round(Number(line.querySelector("input").value) * 100);
  const chosen = line.querySelector("select").value;
  return { units, grade: chosen === "" ? null : Number(chosen) };
}

function inWords(tenThousandths) {
  return String(Number((tenThousandths / 10 ** DIGITS).toFixed(DIGITS)));
}

function calculate() {
  const terms = [];
  let sum = 0;
  let allUnits = 0;
  for (const line of form.querySelectorAll("[data-line]")) {
    const { units, grade } = partOf(line);
    const counts = units > 0 && grade !== null;
    line.querySelector("[data-part]").value = counts ? inWords(units * grade) : "–";
    allUnits += units > 0 ? units : 0;
    if (!counts) continue;
    sum += units * grade;
    terms.push(`${units / 100} × ${grade} %`);
  }
  form.querySelector("[data-units]").value = String(allUnits / 100);
  form.querySelector("[data-sum]").value = inWords(sum);
  form.querySelector("[data-working]").textContent = terms.length
    ? `F-VASI = ${terms.join(" + ")} = ${inWords(sum)}`
    : "";
}

if (form) {
  form.addEventListener("input", calculate);
  calculate();
}
