export default {
  title: '评价屏', pair: '配对评价屏', pairHint: '请输入工作人员屏幕上显示的 8 位配对码。', code: '配对码', pairDo: '配对', wrong: '配对码不对或已过期，请工作人员重新显示。',
  welcome: '欢迎您', idle: '需要您评价或签名时，这里会显示。', away: '网络断开，正在重新连接…', ended: '本屏已解除配对',
  rating: '请评价本次服务', skip: '不评价', skipSign: '不签', thanks: '谢谢！', thanksRating: '您的评价已提交。', thanksSign: '您的签名已保存。',
  signature: '请签名', signatureFor: '{name}，请为您办理的事项签名', signHere: '请在此处签名',
  panel: '评价屏', panelHint: '在平板或第二块屏幕上打开 {address}，输入配对码。', paired: '已配对', pairedSince: '{date} 起', notPaired: '本窗口还没有评价屏', showCode: '显示配对码', codeLeft: '{left} 秒内有效', codeOver: '配对码已过期', unpair: '解除配对', unpairHarm: '评价屏将回到配对页，不再显示本窗口的评价和签名。', unpaired: '已解除配对', chooseWindow: '请先选择窗口', asking: { rating: '正在请群众评价', signature: '正在请群众签名' },
}
