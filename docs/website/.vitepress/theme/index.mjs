import DefaultTheme from "vitepress/theme";
import { defineAsyncComponent } from "vue";
import OptionFilter from "./OptionFilter.vue";
import "./style.css";

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component("OptionFilter", OptionFilter);
    // Only the page that shows it loads the parser and the doctor.
    app.component(
      "Playground",
      defineAsyncComponent(() => import("./Playground.vue")),
    );
  },
};
