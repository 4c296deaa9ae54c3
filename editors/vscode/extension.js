// Starts `sqsfifo-lint server`, and shows what its commands answer: all else is done by the server.

const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

const LANGUAGES = ["python", "terraform", "yaml", "json", "jsonc", "shellscript", "dotenv"];
const EXPLAIN = "sqsfifo-lint.explain";

let client;

function newClient() {
  const [command, ...args] = vscode.workspace.getConfiguration("sqsfifo-lint").get("command");
  return new LanguageClient(
    "sqsfifo-lint",
    "sqsfifo-lint",
    { command, args, transport: TransportKind.stdio },
    {
      documentSelector: LANGUAGES.map((language) => ({ scheme: "file", language })),
      middleware: {
        executeCommand: async (name, given, next) => {
          const answer = await next(name, given);
          if (name === EXPLAIN && typeof answer === "string" && answer) {
            const document = await vscode.workspace.openTextDocument({ language: "markdown", content: answer });
            await vscode.commands.executeCommand("markdown.showPreview", document.uri);
          }
          return answer;
        },
      },
    },
  );
}

async function activate(context) {
  client = newClient();
  context.subscriptions.push(
    vscode.commands.registerCommand("sqsfifo-lint.restart", async () => {
      await client.stop();
      client = newClient();
      await client.start();
    }),
  );
  await client.start();
}

async function deactivate() {
  await client?.stop();
}

module.exports = { activate, deactivate };
