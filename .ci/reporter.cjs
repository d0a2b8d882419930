// Mocha's own report, and the counts in a file for the script that prints the last line.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures } = this.stats;
      if (process.env.XENPOOL_TEST_COUNTS) writeFileSync(process.env.XENPOOL_TEST_COUNTS, JSON.stringify({ passes, failures }));
    });
  }
}

module.exports = CountingReporter;
