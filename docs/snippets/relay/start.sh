cat > feeds.yaml <<'END'
sources:
  fills: { url: "https://example.com/fills", continuity: numeric }
END
npx hpx-cli relay feeds.yaml        # until Ctrl-C
npx hpx-cli relay verify feeds.yaml # a relay may run meanwhile
