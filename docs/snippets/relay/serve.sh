cat > feeds.yaml <<'END'
sources:
  fills: { url: "https://example.com/fills" }
END
npx hpx-cli relay -q feeds.yaml
# #region serve
npx hpx-cli relay serve --port 18080 --earliest feeds.yaml &
npx hpx-cli sse --resume desk --cursors ./cursors http://127.0.0.1:18080/fills
# #endregion
