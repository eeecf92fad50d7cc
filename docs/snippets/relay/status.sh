cat > feeds.yaml <<'END'
status: 127.0.0.1:19100
sources:
  fills: { url: "https://example.com/fills" }
  legacy: { url: "https://example.com/gone" }
END
# #region status
npx hpx-cli relay -q feeds.yaml &
npx hpx-cli relay status --watch feeds.yaml # or a URL; also --json
# #endregion
