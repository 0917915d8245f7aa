// Passwords of twelve characters and more that everybody tries first: what lists of leaked ones
// have most often, what keyboards and calendars suggest, and this product's own words. Shorter ones
// need no list. Compared without case and without what merely decorates: digits and signs at the
// end.

export const commonPasswords: ReadonlySet<string> = new Set(
  `password passwordpassword passw0rd passw0rdpassw0rd mypassword
  yourpassword thepassword changeme changemenow changemeplease changeit letmein letmeinplease
  welcome welcomehome welcomeback iloveyou iloveyouforever iloveyousomuch trustno administrator
  adminadminadmin administrateur administrador rootrootroot superuser supervisor qwerty qwertyuiop
  qwertyuiopasdf qwertyuiopasdfghjkl qwertyqwerty qwertyuiopqwertyuiop qwertzuiop qwertzuiopasdf
  azertyuiop azertyuiopqsdf asdfghjkl asdfghjklasdf asdfasdfasdf zxcvbnm zxcvbnmzxcvbnm qazwsxedc
  qazwsxedcrfv qazwsxedcrfvtgb onetwothreefour abcdefghijkl abcdefghijklm abcdefghijklmnop
  abcabcabcabc aaaaaaaaaaaa xxxxxxxxxxxx unknownunknown defaultpassword temporarypassword
  temppassword secretsecret topsecretpassword supersecret supersecretpassword opensesame sesameopen
  correcthorsebatterystaple princessprincess sunshinesunshine footballfootball baseballbaseball
  dragondragon monkeymonkey mastermaster shadowshadow superman supermansuperman batmanbatman
  michaelmichael jessicajessica computercomputer internetinternet passwort passwortpasswort
  motdepasse motdepassemotdepasse contrasena contrasenacontrasena whateverwhatever nopassword
  ihatepasswords thisismypassword thisisapassword iforgotmypassword testtesttest testpassword
  testingtesting demodemodemo demopassword useruseruser userpassword guestguestguest guestpassword
  tollgate tollgatetollgate tollgateadmin tollgateadministrator tollgatepassword nordlicht
  nordlichtmobil telecomtelecom telekomtelekom mobilemobile chargingsystem`.split(/\s+/),
);
