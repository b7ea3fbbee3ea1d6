import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { CLIENT } from './rpc/client.ts'
import { connect } from './rpc/connect.ts'
import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import { createWords } from './words.ts'

const { open, ...link } = connect(window)

createApp(App, { link, open }).provide(CLIENT, link.client).use(createPinia()).use(createWords()).mount('#app')
