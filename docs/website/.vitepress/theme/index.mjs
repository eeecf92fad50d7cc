import DefaultTheme from "vitepress/theme";
import { useData } from "vitepress";
import { defineAsyncComponent, nextTick, onMounted, watch } from "vue";
import OptionFilter from "./OptionFilter.vue";
// oxlint-disable-next-line import/no-unassigned-import -- a style has nothing to name
import "./style.css";

export default {
  extends: DefaultTheme,
  setup() {
    const { frontmatter, page } = useData();
    // The theme marks the main part of guides only, and not of the landing page and of the page for a wrong address.
    const mark = async () => {
      await nextTick();
      const hasNone = frontmatter.value.layout === "home" || page.value.isNotFound === true;
      const content = document.getElementById("VPContent");
      if (hasNone) content?.setAttribute("role", "main");
      else content?.removeAttribute("role");
    };
    onMounted(mark);
    watch(page, mark);
  },
  enhanceApp({ app }) {
    app.component("OptionFilter", OptionFilter);
    // Only the page that shows it loads the parser and the doctor.
    app.component(
      "Playground",
      defineAsyncComponent(() => import("./Playground.vue")),
    );
  },
};
